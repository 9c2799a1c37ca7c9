"""Patroni's on_role_change of a worker: says at once that this member takes writes.

While a worker's standby is promoted, the coordinator's Patroni holds all writes to that group back, in
a transaction that changes pg_dist_node. It commits when the promoted member's Patroni posts the event
"after_promote", which that does in the heartbeat after the one that noticed the end of its own
promotion: up to twice loop_wait, and some, after PostgreSQL takes writes. This program looks for that
moment every 25 ms, and posts the same event to the same place. Patroni's own, when it comes, finds
nothing to do.

    announce-promotion.py PATRONI.YML COORDINATOR-REST[,...] on_role_change ROLE SCOPE

PATRONI.YML is this member's configuration, COORDINATOR-REST a host:port of a coordinator member's
Patroni. It ends by itself: within 30 s where PostgreSQL takes no writes, at once where the role is not a
primary's. What went wrong goes to standard error, which is PostgreSQL's log here.
"""

import base64
import json
import sys
import time
import urllib.error
import urllib.request

import yaml

PRIMARY = ("master", "primary")
LOOK_SECONDS = 0.025
GIVE_UP_SECONDS = 30
REQUEST_SECONDS = 2


def ask(address, path, event=None, login=None):
    """The answer to a request, as JSON where it is some; raises OSError where it is not 200."""
    data = None if event is None else json.dumps(event).encode()
    request = urllib.request.Request("http://%s/%s" % (address, path), data)
    if login:
        pair = "%s:%s" % (login["username"], login["password"])
        request.add_header("Authorization", "Basic " + base64.b64encode(pair.encode()).decode())
    with urllib.request.urlopen(request, timeout=REQUEST_SECONDS) as answer:
        text = answer.read().decode()
    return json.loads(text) if text.startswith("{") else text


def takes_writes(address):
    try:
        status = ask(address, "patroni")
    except (OSError, ValueError):
        return False
    return status.get("role") in PRIMARY and status.get("state") == "running"


def announce(name, group, own, coordinators, login):
    timers = ask(own, "config")
    event = {
        "type": "after_promote",
        "group": group,
        "leader": name,
        "timeout": timers.get("ttl", 30),
        "cooldown": timers.get("retry_timeout", 10),
    }
    for coordinator in coordinators:
        try:
            ask(coordinator, "primary")
        except OSError:
            continue  # not the leader, or not there
        ask(coordinator, "citus", event, login)
        return
    raise OSError("none of %s is the coordinator's leader" % ", ".join(coordinators))


def main(configuration, coordinators, role):
    if role not in PRIMARY:
        return
    with open(configuration) as file:
        member = yaml.safe_load(file)
    own = member["restapi"]["connect_address"]
    end = time.monotonic() + GIVE_UP_SECONDS
    while not takes_writes(own):
        if time.monotonic() > end:
            sys.exit("announce-promotion: no primary after %d s" % GIVE_UP_SECONDS)
        time.sleep(LOOK_SECONDS)
    try:
        announce(
            member["name"],
            member["citus"]["group"],
            own,
            coordinators.split(","),
            member["restapi"]["authentication"],
        )
    except (OSError, ValueError) as error:
        # The coordinator learns of it by Patroni's own event.
        sys.exit("announce-promotion: %s" % error)


main(sys.argv[1], sys.argv[2], sys.argv[4])
