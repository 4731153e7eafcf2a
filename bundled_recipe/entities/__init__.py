"""The token classifier `entities`: names, dates and numbers in Korean and English."""
