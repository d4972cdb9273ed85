"""Logs to a file and to the console, each with its own format and level; an error with its trace."""
import logging
import sys


def deploy():
    with open("missing.conf") as f:
        return f.read()


log = logging.getLogger("deploy")
log.setLevel(logging.INFO)

file = logging.FileHandler("deploy.log")
file.setFormatter(logging.Formatter("%(levelname)-8s %(name)s %(message)s"))
log.addHandler(file)
console = logging.StreamHandler(sys.stdout)
console.setFormatter(logging.Formatter("[{levelname:>7}] {message}", style="{"))
console.setLevel(logging.WARNING)
log.addHandler(console)

log.debug("not written: %d", 1)
log.info("deploying %s to %d hosts", "v1.2.3", 3)
log.warning("host %s is slow: %.1f s", "web-2", 2.25)
try:
    deploy()
except FileNotFoundError as e:
    log.error("deployment failed: %s", e)

stamped = logging.Formatter("%(asctime)s %(message)s", datefmt="%Y")
dated = logging.FileHandler("year.log", mode="w")
dated.setFormatter(stamped)
logging.getLogger("deploy.history").addHandler(dated)
logging.getLogger("deploy.history").critical("rolled back")
