"""Logs in as the cloud `catalog` and writes what run.sh hands to schemathesis.

usage: prepare.py CLOUDS_YAML DIRECTORY

DIRECTORY/openapi.json  the document of the service with each path once per mount, and with path parameters that mostly name
                        something which is there
DIRECTORY/token         a token of the administrator
DIRECTORY/origin        the address of the service
"""
import json
import sys
import urllib.request
import uuid
from pathlib import Path

import yaml

IMAGES = 40
SUSPENDED = "the tenant_id of /catalog/v1/tenants, which suspends and removes"


class Service:
    def __init__(self, auth):
        self.origin = auth["auth_url"].removesuffix("/identity/v3")
        self.token = ""
        password = {"name": auth["username"], "domain": {"name": auth["user_domain_name"]}, "password": auth["password"]}
        scope = {"project": {"name": auth["project_name"], "domain": {"name": auth["project_domain_name"]}}}
        identity = {"methods": ["password"], "password": {"user": password}}
        self.project, headers = self.send("POST", "/identity/v3/auth/tokens", {"auth": {"identity": identity, "scope": scope}})
        self.project = self.project["token"]["project"]["id"]
        self.token = headers["X-Subject-Token"]

    def send(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", "X-Auth-Token": self.token}
        with urllib.request.urlopen(urllib.request.Request(self.origin + path, data, headers, method=method)) as answer:
            return json.load(answer), answer.headers

    def create(self, path, kind, body):
        answer, _ = self.send("POST", path, body)
        return (answer[kind] if kind else answer)["id"]


def known_values(service):
    """Ids that exist; nothing on which the administrator depends, so that no call can lock the run out."""
    unique = uuid.uuid4().hex[:8]
    images = [
        service.create("/image/v2/images", None, {"name": f"fuzz {n}", "disk_format": "raw", "container_format": "bare"})
        for n in range(IMAGES)
    ]
    namespace = f"Fuzz::{unique}"
    service.send("POST", "/image/v2/metadefs/namespaces", {"namespace": namespace})
    identity = "/identity/v3"
    projects = [
        service.create(f"{identity}/projects", "project", {"project": {"name": f"fuzz {unique} {n}"}}) for n in range(4)
    ]
    return {
        "image_id": images,
        "tenant_id": [service.project],
        "namespace_name": [namespace],
        "namespace": [namespace],
        "user_id": [service.create(f"{identity}/users", "user", {"user": {"name": f"fuzz {unique} {n}"}}) for n in range(4)],
        "project_id": projects[:2],
        SUSPENDED: projects[2:],
        "role_id": [service.create(f"{identity}/roles", "role", {"role": {"name": f"fuzz {unique}"}})],
        "domain_id": [service.create(f"{identity}/domains", "domain", {"domain": {"name": f"fuzz {unique}"}})],
    }


def on_every_mount(document):
    """schemathesis does not look at the servers of a path."""
    paths = {}
    for path, item in document["paths"].items():
        for server in item.pop("servers", [{"url": "/"}]):
            paths[server["url"].rstrip("/") + path] = item
    return {**document, "paths": paths}


def with_values(document, values):
    for path, item in document["paths"].items():
        known_here = {**values, "tenant_id": values[SUSPENDED]} if path.startswith("/catalog/v1/tenants") else values
        for operation in item.values():
            for parameter in operation.get("parameters", []):
                known = known_here.get(parameter.get("name"))
                if known and parameter.get("in") == "path":
                    parameter["schema"] = {"type": "string", "enum": [*known, str(uuid.UUID(int=0))]}
                    parameter.pop("example", None)
                    parameter.pop("examples", None)
    return document


def main(clouds, directory):
    service = Service(yaml.safe_load(Path(clouds).read_text())["clouds"]["catalog"]["auth"])
    document, _ = service.send("GET", "/docs-json")
    document = with_values(on_every_mount(document), known_values(service))
    Path(directory, "openapi.json").write_text(json.dumps(document))
    Path(directory, "token").write_text(service.token)
    Path(directory, "origin").write_text(service.origin)


main(*sys.argv[1:])
