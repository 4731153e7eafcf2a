"""What is learned from and measured on: public files, and sentences of our own."""
