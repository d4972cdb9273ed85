"""R44: works through many hosts at once with a pool of threads."""
import socket
from concurrent.futures import ThreadPoolExecutor


def check(port):
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2):
            return "up"
    except OSError:
        return "down"


hosts, ports = [], []
for i in range(40):
    host = socket.socket()
    host.bind(("127.0.0.1", 0))
    if i % 3:
        host.listen()  # at every third one nobody listens
    hosts.append(host)
    ports.append(host.getsockname()[1])
with ThreadPoolExecutor(max_workers=10) as pool:
    states = list(pool.map(check, ports))
for i, state in enumerate(states):
    print(f"host{i:02} {state}")
print(states.count("up"), "of 40 are up")
