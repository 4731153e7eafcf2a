"""How the models of a dataset fare on its test side, beside each other."""
