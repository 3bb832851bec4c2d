"""From a query to the articles that answer it, and how sure we are of that."""
