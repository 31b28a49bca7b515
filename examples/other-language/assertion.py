import hmac
import os
import sqlite3

import jwt

ISSUER = os.environ["LOGIN_SERVER"]  # https://login.example
ORIGIN = os.environ["PORTAL_ORIGIN"]  # https://portal.example
KEYS = jwt.PyJWKClient(f"{ISSUER}/mfa/v1/.well-known/jwks.json")


def verify(assertion: str, nonce: str, database: sqlite3.Connection) -> dict:
    """Returns the claims of an assertion, once. Raises jwt.PyJWTError when it is refused."""
    header = jwt.get_unverified_header(assertion)
    if set(header) != {"alg", "typ", "kid"} or header["typ"] != "mfa-assertion+jwt":
        raise jwt.InvalidTokenError("not an assertion")
    claims = jwt.decode(
        assertion,
        KEYS.get_signing_key_from_jwt(assertion).key,
        algorithms=["ES256"],
        issuer=ISSUER,
        audience=ORIGIN,
        leeway=5,
        options={"require": ["exp", "iat", "sub", "jti", "nonce"]},
    )
    if not nonce or not hmac.compare_digest(str(claims["nonce"]), nonce):
        raise jwt.InvalidTokenError("another session")
    # create table used_assertions (jti text primary key, expires_at integer not null)
    with database:
        done = database.execute(
            "insert into used_assertions values (?, ?) on conflict do nothing", (claims["jti"], claims["exp"] + 5)
        )
    if done.rowcount != 1:
        raise jwt.InvalidTokenError("used before")
    return claims
