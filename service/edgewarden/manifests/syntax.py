"""The syntax that Kubernetes demands of names, labels, ports and address ranges.

Each function returns what is wrong, in the words of the API server
(``k8s.io/apimachinery/pkg/util/validation``), or an empty text. Those of labels and ports
remember their answers: a repository has few labels, many times.
"""

import re
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network

from edgewarden.reachability.model import Network
from edgewarden.reachability.ports import FIRST_PORT, LAST_PORT

_LABEL = re.compile(r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?")
_SUBDOMAIN = re.compile(rf"{_LABEL.pattern}(?:\.{_LABEL.pattern})*")
_QUALIFIED = re.compile(r"(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]")
_LONGEST_LABEL = 63
_LONGEST_SUBDOMAIN = 253
_LONGEST_PORT_NAME = 15
_REMEMBERED = 4096


def label_name_fault(name: str) -> str:
    """A DNS-1123 label, as namespaces are named."""
    if len(name) > _LONGEST_LABEL:
        return f"must be no more than {_LONGEST_LABEL} characters"
    if not _LABEL.fullmatch(name):
        return (
            "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or "
            "'-', and must start and end with an alphanumeric character"
        )
    return ""


def subdomain_fault(name: str) -> str:
    """A DNS-1123 subdomain, as most objects are named."""
    if len(name) > _LONGEST_SUBDOMAIN:
        return f"must be no more than {_LONGEST_SUBDOMAIN} characters"
    if not _SUBDOMAIN.fullmatch(name):
        return (
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, "
            "'-' or '.', and must start and end with an alphanumeric character"
        )
    return ""


@lru_cache(maxsize=_REMEMBERED)
def label_key_fault(key: str) -> str:
    """A qualified name: ``[prefix/]name``."""
    prefix, slash, name = key.rpartition("/")
    if slash:
        if not prefix:
            return "prefix part must be non-empty"
        fault = subdomain_fault(prefix)
        if fault:
            return f"prefix part {fault}"
    if not name:
        return "name part must be non-empty"
    if len(name) > _LONGEST_LABEL:
        return f"name part must be no more than {_LONGEST_LABEL} characters"
    if not _QUALIFIED.fullmatch(name):
        return (
            "name part must consist of alphanumeric characters, '-', '_' or '.', and must start "
            "and end with an alphanumeric character"
        )
    return ""


@lru_cache(maxsize=_REMEMBERED)
def label_value_fault(value: str) -> str:
    if len(value) > _LONGEST_LABEL:
        return f"must be no more than {_LONGEST_LABEL} characters"
    if value and not _QUALIFIED.fullmatch(value):
        return (
            "a valid label must be an empty string or consist of alphanumeric characters, '-', "
            "'_' or '.', and must start and end with an alphanumeric character"
        )
    return ""


def port_number_fault(number: int) -> str:
    if FIRST_PORT <= number <= LAST_PORT:
        return ""
    return f"must be between {FIRST_PORT} and {LAST_PORT}, inclusive"


@lru_cache(maxsize=_REMEMBERED)
def port_name_fault(name: str) -> str:
    """An IANA service name (RFC 6335, section 5.1)."""
    if len(name) > _LONGEST_PORT_NAME:
        return f"must be no more than {_LONGEST_PORT_NAME} characters"
    if not re.fullmatch(r"[-a-z0-9]+", name):
        return "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)"
    if not re.search(r"[a-z]", name):
        return "must contain at least one letter (a-z)"
    if "--" in name:
        return "must not contain consecutive hyphens"
    if name.startswith("-") or name.endswith("-"):
        return "must not begin or end with a hyphen"
    return ""


def parse_cidr(text: str) -> Network | None:
    """The range that the API server takes ``text`` for, or nothing.

    ``NetworkPolicy`` is read by Go's older parser: bits behind the prefix are dropped and
    leading zeros of an octet mean nothing.
    """
    address, slash, length = text.partition("/")
    if not slash or not re.fullmatch(r"[0-9]{1,4}", length):
        return None
    try:
        if ":" in address:
            return None if "%" in address else IPv6Network((address, int(length)), strict=False)
        octets = ".".join(octet.lstrip("0") or octet[-1:] for octet in address.split("."))
        return IPv4Network((octets, int(length)), strict=False)
    except ValueError:
        return None
