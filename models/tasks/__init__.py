"""What a checkpoint is asked: each task prepares texts, runs the network and reads the answer."""
