"""`/hub`: models and data sets of the Hugging Face Hub, looked for, looked at and added."""
