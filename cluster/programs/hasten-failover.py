"""Runs beside a member's Patroni, and tells at once what Patroni sees with its next look.

- This member's PostgreSQL has ended. Its Patroni looks once in loop_wait, and is woken up, by a change
  of its dynamic configuration that changes nothing: once a second at most, so that what cannot start is
  not started more often than that.
- It has ended for a switchover. Its Patroni looks once a second whether it has shut down, and then
  deletes the leader key. So does this program, when a standby has the last of the WAL.
- The group's leader is gone, Patroni and PostgreSQL both. Patroni waits until the leader key has run
  out, up to ttl. Where the leader's machine refuses connections to both, three times in a row and once
  more right before, its key is deleted.

A leader key is deleted only if nobody has written it since the leader was last seen there, and what
follows is Patroni's own race: the standby's Patroni sees the key go, and does as if it had run out. In
synchronous mode that is the synchronous standby alone, which has all that was acknowledged. Sessions of
a postmaster that was killed run their statement to its end, as after any crash: without synchronous
mode, what they still acknowledge is lost, as it is with Patroni alone.

What is not known so is left to ttl: a node that is silent may be alive behind a broken network. So this
shortens the death of processes and restarts of machines, not the loss of power or of a network. Whoever
refuses for a live node is believed, such as a firewall that rejects instead of dropping, or a proxy. A
Patroni before 3.0.3 that is started again in the milliseconds between the last refusal and the deletion
writes its key over a new leader's; with primary_start_timeout 0, as the suite has it, it then gives
it up again. Nothing is deleted while Patroni is paused.

    hasten-failover.py PATRONI PATRONI.YML

becomes PATRONI PATRONI.YML, and leaves the watching to a child that ends with it. It takes Python 3.9,
etcd3.hosts as a list, and etcd and Patroni without TLS, as the suite has them. What was done goes to
standard output, which is PostgreSQL's log here.
"""

import base64
import json
import os
import re
import select
import socket
import subprocess
import sys
import time
import urllib.request
from collections import namedtuple

LOOK_SECONDS = 0.2
AGAIN_SECONDS = 0.1
REFUSALS = 3
STALE_SECONDS = 2
REQUEST_SECONDS = 1
CONNECT_SECONDS = 0.5
REAPED_SECONDS = 0.5
SURE_SECONDS = 1
WAKE_SECONDS = 1

# leader: its name, and revision of its key; patroni, postgres: its addresses; leaving: whether it was
# asked for a switchover; heirs: addresses of the Patronis that may follow it
Group = namedtuple("Group", "leader revision patroni postgres leaving heirs paused")


def say(text):
    now = time.time()
    stamp = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(now))
    print("%s.%03d hasten-failover: %s" % (stamp, int(now * 1000) % 1000, text), flush=True)


def ask(address, path, body=None, method=None, login=None):
    """The JSON that an HTTP request is answered with; OSError where it is not 200."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request("http://%s%s" % (address, path), data, method=method)
    request.add_header("Content-Type", "application/json")
    if login:
        pair = "%s:%s" % (login["username"], login["password"])
        request.add_header("Authorization", "Basic " + base64.b64encode(pair.encode()).decode())
    with urllib.request.urlopen(request, timeout=REQUEST_SECONDS) as answer:
        return json.loads(answer.read().decode())


def encoded(text):
    return base64.b64encode(text.encode()).decode()


def decoded(text):
    return base64.b64decode(text).decode()


def refuses(address):
    """Whether a machine says that nobody listens; silence, and any other error, is no answer."""
    host, port = address.rsplit(":", 1)
    try:
        socket.create_connection((host.strip("[]"), int(port)), CONNECT_SECONDS).close()
    except ConnectionRefusedError:
        return True
    except OSError:
        return False
    return False


def address_of(url):
    """host:port of a URL, without what comes before and after them."""
    return re.match(r"\w+://(?:[^@/]*@)?([^/?,]+:\d+)", url).group(1)


class PostgreSQL:
    """This member's; a pidfd says that it ended, at once."""

    def __init__(self, member):
        self.data = member["postgresql"]["data_dir"]
        self.programs = member["postgresql"]["bin_dir"]
        self.descriptor = None
        self.pid = 0
        self.ended = 0

    def ended_within(self, seconds):
        if self.descriptor is None:
            self.open()
        if self.descriptor is None:
            time.sleep(seconds)
            return False
        if not select.select([self.descriptor], [], [], seconds)[0]:
            return False
        os.close(self.descriptor)
        self.descriptor = None
        self.ended = self.pid
        self.await_reaping()
        return True

    def open(self):
        try:
            with open(os.path.join(self.data, "postmaster.pid")) as file:
                self.pid = int(file.readline())
            # A pid of long ago may be another process's by now, and one that nobody has reaped ends again.
            if self.pid != self.ended and os.path.samefile("/proc/%d/cwd" % self.pid, self.data):
                self.descriptor = os.pidfd_open(self.pid)
        except (OSError, ValueError):
            pass  # it does not run, or is about to

    def await_reaping(self):
        """For Patroni it lives until its parent has asked for its exit status."""
        end = time.monotonic() + REAPED_SECONDS
        try:
            while time.monotonic() < end:
                os.kill(self.pid, 0)
                time.sleep(0.002)
        except OSError:
            pass  # gone

    def shut_down_at(self):
        """Where in WAL its last record begins, that of a shutdown; None where it did not shut down."""
        program = os.path.join(self.programs, "pg_controldata")
        told = subprocess.run([program, self.data], env={"LC_ALL": "C"}, capture_output=True, text=True, check=False)
        state = re.search(r"^Database cluster state: +(.*)$", told.stdout, re.M)
        location = re.search(r"^Latest checkpoint location: +(\w+)/(\w+)$", told.stdout, re.M)
        if not state or not location or state.group(1) != "shut down":
            return None
        return (int(location.group(1), 16) << 32) + int(location.group(2), 16)


class Keys:
    """What Patroni keeps of this group in etcd."""

    def __init__(self, member):
        self.hosts = member["etcd3"]["hosts"]
        folder = [member.get("namespace", "service").strip("/"), member["scope"]]
        if member.get("citus"):
            folder.append(str(member["citus"]["group"]))
        self.prefix = "/" + "/".join(folder) + "/"

    def ask(self, path, body):
        for host in self.hosts[:]:
            try:
                return ask(host, path, body)
            except OSError as error:
                failed = error
                self.hosts.append(self.hosts.pop(0))  # another one, from now on
        raise failed

    def read(self):
        """The group as its keys have it; None without a leader, or where that has not said where it is."""
        end = self.prefix[:-1] + chr(ord("/") + 1)
        found = self.ask("/v3/kv/range", {"key": encoded(self.prefix), "range_end": encoded(end)})
        keys = {decoded(kv["key"])[len(self.prefix):]: kv for kv in found.get("kvs", [])}

        def value(key):
            return json.loads(decoded(keys[key]["value"])) if key in keys else {}

        leader = decoded(keys["leader"]["value"]) if "leader" in keys else ""
        own = value("members/" + leader)
        if not own:
            return None
        synchronous = [name.strip() for name in (value("sync").get("sync_standby") or "").split(",") if name]
        others = [key[len("members/"):] for key in keys if key.startswith("members/")]
        return Group(
            leader=leader,
            revision=keys["leader"]["mod_revision"],
            patroni=address_of(own["api_url"]),
            postgres=address_of(own["conn_url"]),
            leaving=value("failover").get("leader") == leader and "scheduled_at" not in value("failover"),
            heirs=[
                address_of(value("members/" + name)["api_url"])
                for name in others
                if name != leader and (not synchronous or name in synchronous)
            ],
            paused=bool(value("config").get("pause")),
        )

    def release(self, group):
        """Deletes the leader key, unless somebody has written it since the group was read; whether it did."""
        key = encoded(self.prefix + "leader")
        same = {"key": key, "target": "MOD", "result": "EQUAL", "mod_revision": group.revision}
        answer = self.ask("/v3/kv/txn", {"compare": [same], "success": [{"request_delete_range": {"key": key}}]})
        say("its leader key was released" if answer.get("succeeded") else "its leader key was written since, and stays")


class Companion:
    def __init__(self, member):
        self.member = member
        self.postgresql = PostgreSQL(member)
        self.keys = Keys(member)
        self.group = None
        self.read_at = 0.0
        self.refusals = 0
        self.woken_at = 0.0

    def look(self, seconds):
        """Waits, and acts on what has happened; after how many seconds to look again."""
        if self.postgresql.ended_within(seconds):
            try:
                self.leave()
            finally:
                self.wake()
        return self.look_at_leader()

    def leave(self):
        """Gives the leader key up after a shutdown for a switchover."""
        location = self.postgresql.shut_down_at()
        group = self.keys.read() if location is not None else None
        if group and group.leader == self.member["name"] and group.leaving and not group.paused:
            if any(self.has(heir, location) for heir in group.heirs) and self.postgresql.shut_down_at() == location:
                say("PostgreSQL has shut down for a switchover")
                self.keys.release(group)

    @staticmethod
    def has(heir, location):
        """Whether a standby says that it has WAL beyond a location."""
        try:
            return ask(heir, "/patroni").get("xlog", {}).get("received_location", 0) > location
        except OSError:
            return False

    def wake(self):
        time.sleep(max(0.0, self.woken_at + WAKE_SECONDS - time.monotonic()))
        self.woken_at = time.monotonic()
        say("PostgreSQL has ended: Patroni is woken up")
        api = self.member["restapi"]
        # A key that is not there is removed: that changes nothing, and Patroni looks.
        ask(api["connect_address"], "/config", {"wake-up": None}, "PATCH", api["authentication"])

    def look_at_leader(self):
        if self.refusals == 0 and time.monotonic() - self.read_at > STALE_SECONDS:
            self.group = self.keys.read()
            self.read_at = time.monotonic()
        group = self.group
        if not group or group.leader == self.member["name"] or not self.refused(group):
            self.refusals = 0
            return LOOK_SECONDS
        self.refusals += 1
        if self.refusals < REFUSALS:
            return AGAIN_SECONDS
        self.refusals = 0
        self.read_at = 0.0
        say("%s refuses connections to Patroni and PostgreSQL" % group.leader)
        refused_at = time.monotonic()
        # What is deleted must be the key of the one that is gone, and it must not have come back meanwhile.
        same = self.keys.read() == group and not group.paused and self.refused(group)
        if same and time.monotonic() - refused_at < SURE_SECONDS:
            self.keys.release(group)
        return LOOK_SECONDS

    @staticmethod
    def refused(group):
        return refuses(group.patroni) and refuses(group.postgres)


def watch(configuration, patroni):
    import yaml

    with open(configuration) as file:
        companion = Companion(yaml.safe_load(file))
    seconds = LOOK_SECONDS
    while os.getppid() == patroni:
        try:
            seconds = companion.look(seconds)
        except Exception as error:  # whatever it is: Patroni does not need us, and the next look may succeed
            say("%s: %s" % (type(error).__name__, error))
            seconds = REQUEST_SECONDS


def main(command):
    patroni = os.getpid()
    if os.fork():
        os.execvp(command[0], command)
    watch(command[-1], patroni)


main(sys.argv[1:])
