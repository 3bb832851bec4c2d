"""From a problem to a person: channels and their hours, which of them fits, and a message to send."""
