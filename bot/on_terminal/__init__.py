"""The same bot in a shell: no account and no network; interactive, scripted and one-shot."""
