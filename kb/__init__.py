"""A searchable help center: Markdown articles in, an answer or a person out."""
