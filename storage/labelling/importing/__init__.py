"""Files that are put into datasets."""
