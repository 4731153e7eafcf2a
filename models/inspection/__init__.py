"""Files of strangers are read here first, in a process that may end without harm."""
