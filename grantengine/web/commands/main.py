"""The console script `grantengine`: its commands, and one clear line when something is wrong."""

import os
import sys

import click
from click.exceptions import NoArgsIsHelpError
from flask import Flask
from flask.cli import ScriptInfo
from sqlalchemy.exc import DatabaseError

from grantengine.errors import GrantEngineError
from grantengine.settings import load_settings
from grantengine.web.commands.lazy_group import LazyGroup
from grantengine.web.i18n import LANGUAGES, force_language
from grantengine.web.problems import sentence_of

ENVIRONMENT = "GRANTENGINE_ENVIRONMENT"
_CHECK = "grantengine db check"


_MODULES = {
    "bench": "bench:group",
    "campaigns": "campaigns:group",
    "db": "database:group",
    "decisions": "decisions:group",
    "demo": "demo:demo",
    "import": "imports:group",
    "ledger": "ledger:group",
    "match": "match:group",
    "payments": "payments:group",
    "recompute": "recompute:group",
    "report": "report:group",
    "serve": "serve:serve",
    "worker": "serve:worker",
}


@click.group(
    cls=LazyGroup,
    modules={name: f"grantengine.web.commands.{where}" for name, where in _MODULES.items()},
    help="A crowdfunding and micro-grant engine on a double-entry ledger.",
)
def cli() -> None:
    """Hold every command."""


def main() -> None:
    """Run a command; a refusal is one line on standard error and exit status 1."""
    code: object = None
    with force_language(_language()):
        try:
            code = cli.main(prog_name="grantengine", standalone_mode=False, obj=_script_info())
        except NoArgsIsHelpError as error:
            error.show()
            sys.exit(error.exit_code)
        except click.UsageError as error:
            _fail(_how_to_use(error), status=error.exit_code)
        except click.ClickException as error:
            _fail(error.format_message(), status=error.exit_code)
        except click.Abort:
            sys.exit(130)
        except GrantEngineError as error:
            _fail(sentence_of(error))
        except DatabaseError as error:
            _fail(f"the database cannot be used: {error.orig}; look closer with: {_CHECK}")
        except OSError as error:
            _fail(f"{error.filename or ''}: {error.strerror or error}")
    sys.exit(code if isinstance(code, int) else 0)


def make_app() -> Flask:
    """Make the application of the environment that is set; the embedded one by default."""
    from grantengine.web.application import create_app

    return create_app(load_settings(os.environ.get(ENVIRONMENT, "demo")))


def _script_info() -> ScriptInfo:
    return ScriptInfo(create_app=make_app, set_debug_flag=False, load_dotenv_defaults=False)


def _language() -> str:
    code = os.environ.get("LANG", "en")[:2]
    return code if code in LANGUAGES else "en"


def _how_to_use(error: click.UsageError) -> str:
    command = error.ctx.command_path if error.ctx else "grantengine"
    return f"{error.format_message()} Look at: {command} --help"


def _fail(sentence: str, *, status: int = 1) -> None:
    click.echo("grantengine: " + " ".join(sentence.split()), err=True)
    sys.exit(status)
