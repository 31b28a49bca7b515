"""A portal with users and sessions of its own. It logs users in with an assertion of the login server."""

import json
import os
import re
import secrets
import sqlite3
import sys
import time
from contextlib import closing, suppress
from html import escape
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import jwt
from assertion import ISSUER, ORIGIN, verify

DATABASE = os.environ.get("PORTAL_DATABASE", "portal.db")
ORGANISATION = "de-linde"
SESSION_S = 8 * 3600
FOLDER = Path(__file__).parent
ELEMENTS = FOLDER / "node_modules/@tweestap/elements/dist"

TABLES = """
create table if not exists used_assertions (jti text primary key, expires_at integer not null);
create table if not exists users (nr integer primary key, account text unique not null, name text not null);
create table if not exists sessions (
    id text primary key, nonce text not null, user integer references users, ends integer not null
);
"""

POLICY = (
    f"default-src 'self'; connect-src 'self' {ISSUER}; object-src 'none'; base-uri 'none'; "
    "require-trusted-types-for 'script'; trusted-types lit-html"
)

PAGE = """<!doctype html>
<html lang="en">
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width">
  <title>Portal</title>
  {content}
</html>
"""

LOGIN = """{message}
  <mfa-login api="{api}" organisation="{organisation}" assertion-nonce="{nonce}"></mfa-login>
  <script type="module" src="/login.js"></script>"""

REFUSED = '<p role="alert">The login was not completed. Log in again.</p>'


def begin_session(database: sqlite3.Connection, user: int | None = None) -> sqlite3.Row:
    """Begins a session with a new id and a new nonce. Before the login, it has no user."""
    new = (secrets.token_urlsafe(32), secrets.token_urlsafe(32), user, time.time() + SESSION_S)
    with database:
        database.execute("delete from sessions where ends < ?", (time.time(),))
        return database.execute("insert into sessions values (?, ?, ?, ?) returning *", new).fetchone()


def user_of(claims: dict, database: sqlite3.Connection) -> int:
    """Returns the number of the user, who is added at the first login. A username may change, `sub` never does."""
    add = "insert into users (account, name) values (?, ?) on conflict (account) do update set name = excluded.name returning nr"
    with database:
        return database.execute(add, (claims["sub"], claims["username"])).fetchone()["nr"]


class Portal(BaseHTTPRequestHandler):
    """Answers a request."""

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        element = re.fullmatch(r"/elements/((?:chunks/)?[a-z-]+\.js)", path)
        if path == "/login.js":
            self.send_file(FOLDER / "login.js")
        elif element:
            self.send_file(ELEMENTS / element[1])
        elif path == "/login":
            self.send_login(REFUSED if query == "refused" else "")
        elif path == "/":
            self.send_home()
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        if self.path != "/session":
            return self.send_error(404)
        with closing(connect()) as database:
            session = self.session(database)
            try:
                claims = verify(self.read_json()["assertion"], session["nonce"] if session else "", database)
                if claims["organisation"] != ORGANISATION:
                    raise jwt.InvalidTokenError("another organisation")
            except (jwt.PyJWTError, ValueError, TypeError, KeyError) as error:
                print(f"The assertion is not accepted: {error!r}", file=sys.stderr)
                # Without the keys nothing is known about the assertion, so it can be sent again.
                return self.answer(503 if isinstance(error.__context__, OSError) else 403)
            self.answer(204, session=begin_session(database, user_of(claims, database)))

    def send_login(self, message: str) -> None:
        with closing(connect()) as database:
            session = self.session(database) or begin_session(database)
        api = f"{ISSUER}/mfa/v1"
        content = LOGIN.format(message=message, api=api, organisation=ORGANISATION, nonce=session["nonce"])
        self.answer(200, PAGE.format(content=content).encode(), session=session)

    def send_home(self) -> None:
        with closing(connect()) as database:
            session = self.session(database)
            user = session and database.execute("select name from users where nr = ?", (session["user"],)).fetchone()
        if user:
            self.answer(200, PAGE.format(content=f"<p>Hello {escape(user['name'])}</p>").encode())
        else:
            self.answer(303, location="/login")

    def send_file(self, file: Path) -> None:
        if file.is_file():
            self.answer(200, file.read_bytes(), content_type="text/javascript")
        else:
            self.send_error(404)

    def session(self, database: sqlite3.Connection) -> sqlite3.Row | None:
        """Returns the session of the request's cookie."""
        cookie = SimpleCookie(self.headers["Cookie"]).get("portal")
        valid = (cookie.value if cookie else "", time.time())
        return database.execute("select * from sessions where id = ? and ends > ?", valid).fetchone()

    def read_json(self) -> dict:
        length = int(self.headers["Content-Length"])
        if not 0 < length <= 8192:
            raise ValueError("too long")
        return json.loads(self.rfile.read(length))

    def answer(
        self,
        status: int,
        body: bytes = b"",
        *,
        content_type: str = "text/html; charset=utf-8",
        session: sqlite3.Row | None = None,
        location: str | None = None,
    ) -> None:
        self.send_response(status)
        if body:
            self.send_header("Content-Type", content_type)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        if session:
            secure = "; Secure" if ORIGIN.startswith("https:") else ""
            self.send_header("Set-Cookie", f"portal={session['id']}; Path=/; HttpOnly; SameSite=Lax{secure}")
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Requests are not logged."""


def connect() -> sqlite3.Connection:
    database = sqlite3.connect(DATABASE)
    database.row_factory = sqlite3.Row
    return database


with closing(connect()) as tables:
    tables.executescript(TABLES)
with suppress(KeyboardInterrupt):
    ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Portal).serve_forever()
