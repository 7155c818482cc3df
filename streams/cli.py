"""The command line: one verb per command, each in a module of `streams.commands`.

How a command ends is in `EXIT_CODES`, which `parley --help` shows.
"""

from __future__ import annotations

import importlib
import sys
from typing import NoReturn

import click

from streams.build import stale
from streams.errors import KnowledgeError, ParleyError, SettingsError

COMMANDS = {
    "demo": "Run the samples through an embedded broker and a worker, and show the updates.",
    "up": "Run broker, topics and worker in one, until interrupted.",
    "worker": "Run a worker against a broker.",
    "produce": "Publish articles to the topic `articles`.",
    "subscribe": "Follow updates of event families.",
    "threads": "List the threads, or show one with its course.",
    "diff": "Compare the updates of two runs.",
    "explain": "Show what an article says and why.",
    "detect": "Read articles as JSON Lines, write signals; no Kafka.",
    "code": "Code what one actor does to another in a sentence, by PLOVER; no Kafka.",
    "replay": "Read deliveries in order, write updates; no Kafka.",
    "lint": "Check the knowledge files and every proof in them.",
    "actors": "List the actors that Parley knows, with their codes.",
    "topics": "Create the topics, or list them.",
    "rejected": "List, show or send again rejected records.",
    "eval": "Score detection on labelled articles.",
    "fit": "Fit the weights of the tracker, or of the judge, on gold.",
    "bench": "Measure detection and transport on this machine.",
}
"""Every command with its one line of help. A command's module is loaded only when it is used."""


EXIT_CODES = {
    "0": "done",
    "1": "something read is not as it should be: an article is rejected, a proof does not hold",
    "2": "wrong usage, setting or knowledge, or a file that cannot be read",
    "3": "no broker answers, or it lacks a topic or record, or it refuses",
    "130": "interrupted",
}
"""What the exit codes mean."""


class Commands(click.Group):
    """Commands by name, imported when asked for, so that `parley --help` is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names in the order of this page."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """The command, or None when there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"streams.commands.{cmd_name}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """The list of commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """What the exit codes mean."""
        with formatter.section("Exit codes"):
            formatter.write_dl(list(EXIT_CODES.items()))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="parley")
def cli() -> None:
    """Parley turns the world's news into typed, deduplicated event updates on Kafka."""


def main() -> None:
    """The entry point `parley`: errors on one line that says what to do, and the exit code."""
    if old := stale():
        click.echo(
            f"parley: {old[0]} is newer than what was compiled from it; run `make setup` or `make plain`",
            err=True,
        )
    try:
        code = cli.main(prog_name="parley", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(error.exit_code)
    except click.ClickException as error:
        _fail(error.exit_code, error.format_message().rstrip(".") + _help_of(error))
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(0)
    except (KnowledgeError, SettingsError) as error:
        _fail(2, error)
    except ParleyError as error:
        _fail(3, error)
    except OSError as error:
        if error.filename is None:
            raise
        _fail(2, f"{error.filename}: {error.strerror}")
    sys.exit(code if isinstance(code, int) else 0)


def _fail(code: int, message: object) -> NoReturn:
    click.echo(f"parley: {message}", err=True)
    sys.exit(code)


def _help_of(error: click.ClickException) -> str:
    """For wrong usage, where the right one is shown."""
    if not isinstance(error, click.UsageError) or error.ctx is None:
        return ""
    return f"; see `{error.ctx.command_path} --help`"


if __name__ == "__main__":
    main()
