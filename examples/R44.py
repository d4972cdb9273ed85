"""R44: works through many hosts at once with a pool of threads."""
import socket
from concurrent.futures import ThreadPoolExecutor


def check(port):
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2):
            return "up"
    except OSError:
        return "down"


servers, ports = [], []
for i in range(40):  # every third "host" has nobody listening
    server = socket.create_server(("127.0.0.1", 0))
    ports.append(server.getsockname()[1])
    servers.append(server)
    if i % 3 == 0:
        server.close()
with ThreadPoolExecutor(max_workers=10) as pool:
    states = list(pool.map(check, ports))
for i, state in enumerate(states):
    print(f"host{i:02} {state}")
print(states.count("up"), "of 40 are up")
