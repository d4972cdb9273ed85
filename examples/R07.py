"""Makes a deployment directory if there is none and copies a configuration into it."""
import os
import shutil


def deploy(environment):
    directory = os.path.join("deploy", environment)
    config = os.path.join("config", f"{environment}.conf")
    if not os.path.exists(directory):
        os.makedirs(directory, exist_ok=True)
        print("made", directory)
    if not os.path.exists(config):
        print("no configuration for", environment)
        return
    print("copied to", shutil.copy(config, os.path.join(directory, "app.conf")))


deploy("production")
deploy("production")
deploy("staging")
