"""The code of an answer, one file a task: a template, and what fills its blanks."""
