"""From Markdown files to articles: what is read, how it is rendered, what is wrong with it."""
