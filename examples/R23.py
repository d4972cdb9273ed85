"""R23: makes an API key from letters, digits and symbols."""
import secrets
import string


def api_key(length=40):
    alphabet = string.ascii_letters + string.digits + string.punctuation
    return "".join(secrets.choice(alphabet) for _ in range(length))


key = api_key()
print(len(key), "characters")
print("printable:", all(c in string.ascii_letters + string.digits + string.punctuation for c in key))
print("another each time:", key != api_key())

# What rules often ask for: one of each kind at least.
while True:
    password = api_key(16)
    if any(c in string.ascii_letters for c in password) and any(c in string.digits for c in password) and any(c in string.punctuation for c in password):
        break
print("password:", len(password), "characters, with a letter, a digit and a symbol")
print("for a URL:", len(secrets.token_urlsafe(32)), "hexadecimal:", len(secrets.token_hex(16)))
