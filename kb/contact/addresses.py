"""What e-mail addresses look like, and how they and phone numbers are compared."""

EMAIL = r"[^@\s]+@[^@\s]+\.[^@\s]+"
"""A pattern of what is meant as an e-mail address; whether mail can go there is another question."""

EMAIL_IN_TEXT = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
"""A pattern that finds one in a sentence, without the brackets and full stops around it."""


def folded(email: str) -> str:
    """An e-mail address as it is compared: without case."""
    return email.strip().casefold()


def digits(phone: str) -> str:
    """A phone number as it is compared: its digits, whatever script they are written in."""
    return "".join(str(int(letter)) for letter in phone if letter.isdecimal())
