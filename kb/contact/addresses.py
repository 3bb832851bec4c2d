"""What e-mail addresses look like, and how they and phone numbers are compared."""

import unicodedata

EMAIL = r"[^@\s]+@[^@\s]+\.[^@\s]+"
"""A pattern of what is meant as an e-mail address; whether mail can go there is another question."""

EMAIL_IN_TEXT = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
"""A pattern that finds one in a sentence, without the brackets and full stops around it."""

_ENCODED = "=?"


def mail_address(text: str) -> str:
    """The address in ASCII as mail servers compare it, straße.de as xn--strae-oqa.de; '' when it is none.

    Nor is one with an encoded word (RFC 2047): in a header that is read as something else, even as somebody.
    """
    if _ENCODED in text:
        return ""
    from email_validator import EmailNotValidError, validate_email  # loads long, for what forms alone ask

    try:
        found = validate_email(text, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        return ""
    return found.ascii_email or ""


def folded(email: str) -> str:
    """An e-mail address as it is compared: without case, however its domain is written.

    Never by `casefold`, for which straße.de, which is somebody else's, is strasse.de.
    """
    text = email.strip()
    if not text.isascii():
        text = mail_address(text) or unicodedata.normalize("NFC", text)
    return text.lower()


def digits(phone: str) -> str:
    """A phone number as it is compared: its digits, whatever script they are written in."""
    return "".join(str(int(letter)) for letter in phone if letter.isdecimal())
