"""What writers should do: articles that do not help, and questions that no article answers."""
