"""Serving 1 KiB over HTTP/1.1 keep-alive to 64 connections (wrk): the server's processor time for a request, which does not depend on
how fast the client is, and the rate. Ours from memory, nginx with its file cache and without. Needs wrk and nginx-light."""
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time

import frame

NGINX = """\
worker_processes 1; daemon off; pid {dir}/nginx.pid; error_log {dir}/error.log; events {{ worker_connections 1024; }}
http {{ access_log off; sendfile on; tcp_nodelay on; keepalive_requests 100000000; client_body_temp_path {dir}/b; proxy_temp_path {dir}/p;
fastcgi_temp_path {dir}/f; uwsgi_temp_path {dir}/u; scgi_temp_path {dir}/s; {cache}
server {{ listen 127.0.0.1:{port}; root {dir}; }} }}
"""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def ticks(pid):
    """Processor time of a process and its children so far, in microseconds."""
    total = 0
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat") as f:
                text = f.read()
        except OSError:
            continue
        fields = text[text.rindex(")") + 2:].split()
        if int(name) == pid or int(fields[1]) == pid:
            total += int(fields[11]) + int(fields[12])
    return total * 1e6 / os.sysconf("SC_CLK_TCK")


class Server:
    def __init__(self, argv, port, path):
        self.process = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.url = f"http://127.0.0.1:{port}/{path}"
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                return
            except OSError:
                time.sleep(0.02)
        raise SystemExit(f"{argv[0]} does not answer")

    def run(self):
        before, start = ticks(self.process.pid), time.monotonic()
        out = subprocess.run(["wrk", "-t1", "-c64", "-d1s", self.url], capture_output=True, text=True, check=True).stdout
        count = int(out.split(" requests in ")[0].split()[-1])
        if "Non-2xx" in out:
            raise SystemExit(out)
        return (ticks(self.process.pid) - before) / count, count / (time.monotonic() - start)


def main():
    missing = [name for name in ("wrk", "nginx") if not shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin")]
    if missing:
        print(f"http: {' and '.join(missing)} not installed (wrk, nginx-light)")
        return
    program = f"{frame.build_dir()}/bench/bench-web"
    with tempfile.TemporaryDirectory() as d:
        os.chmod(d, 0o755)
        with open(f"{d}/1k.bin", "wb") as f:
            f.write(b"x" * 1024)
        port, servers = free_port(), {}
        servers["tend, static bytes"] = Server([program, "serve", str(port)], port, "1k.bin")
        other = free_port()
        servers["tend, a handler"] = Server([program, "serve", str(other)], other, "handler")
        for name, cache in (("nginx, open_file_cache", "open_file_cache max=100;"), ("nginx", "")):
            at = free_port()
            with open(f"{d}/{at}.conf", "w", encoding="utf-8") as f:
                f.write(NGINX.format(dir=d, port=at, cache=cache))
            servers[name] = Server([shutil.which("nginx", path="/usr/sbin:" + os.environ["PATH"]), "-c", f"{d}/{at}.conf"], at, "1k.bin")
        cpu = {name: [] for name in servers}
        rate = {name: [] for name in servers}
        for _ in range(5):
            for name, server in servers.items():
                c, r = server.run()
                cpu[name].append(c)
                rate[name].append(r)
        for server in servers.values():
            server.process.terminate()
            server.process.wait()
        middle = {name: sorted(values)[len(values) // 2] for name, values in cpu.items()}
        frame.table("HTTP: 1 KiB, 64 connections: server's processor time", "us a request", middle, "tend, static bytes")
        frame.table("HTTP: 1 KiB, 64 connections: rate", "requests a second", {n: sorted(v)[len(v) // 2] for n, v in rate.items()}, "tend, static bytes",
                    lower_is_better=False, digits=0)


sys.exit(main())
