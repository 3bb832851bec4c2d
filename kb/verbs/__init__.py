"""The verbs of the `kb` command, a module each for those that belong together."""
