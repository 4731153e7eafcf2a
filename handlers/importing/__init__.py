"""`/dataset import`: a file of texts and labels is looked at, then put into a dataset."""
