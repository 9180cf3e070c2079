import os
import re
import urllib.error
import urllib.request

FILE = os.environ.get("DENCH_ENV_FILE", ".env")
GATEWAY = os.environ["DENCH_GATEWAY_URL"]


def read_keys():
    """Returns the current key, and the previous one during an overlap."""
    with open(FILE, encoding="utf-8") as file:
        values = dict(re.findall(r"^(\w+)=(.*)$", file.read(), re.MULTILINE))
    return [values[name] for name in ("DENCH_KEY", "DENCH_PREVIOUS_KEY") if name in values]


keys = read_keys()


def send(path, data=None):
    """Sends a request to the gateway, and returns the body of the response.

    If the gateway refuses every key, the keys have changed: reads the file again, and retries once.
    """
    global keys
    try:
        return send_with(keys, path, data)
    except urllib.error.HTTPError as error:
        if error.code != 401:
            raise
    keys = read_keys()
    return send_with(keys, path, data)


def send_with(candidates, path, data):
    key, *others = candidates
    request = urllib.request.Request(GATEWAY + path, data, {"Authorization": f"Bearer {key}"})
    try:
        with urllib.request.urlopen(request) as response:
            return response.read()
    except urllib.error.HTTPError as error:
        if error.code != 401 or not others:
            raise
    return send_with(others, path, data)
