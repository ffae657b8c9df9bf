"""Makes projects and users ahead of a run, and prints them as the accounts file that tempest reads.

    accounts.py CLOUDS_YAML WORKERS [rbac] > accounts.yaml

For each worker a project of its own with a member and a reader, a second project, and an administrator; with `rbac` also
an administrator of its own project, one of the system, and a third project with an account of each role, which
alternates/sitecustomize.py asks for. Speaks the Identity API v3 and nothing else, so it does for any Keystone.
"""

import json
import secrets
import sys
import urllib.request

import yaml

DOMAIN = {"name": "Default"}
RBAC_ROLES = ("admin", "member", "reader")


class Identity:
    """The Identity API, as the administrator that clouds.yaml names."""

    def __init__(self, auth):
        self.url = auth["auth_url"].rstrip("/")
        self.url += "" if self.url.endswith("/v3") else "/v3"
        user = {"name": auth["username"], "password": auth["password"], "domain": DOMAIN}
        scope = {"project": {"name": auth["project_name"], "domain": DOMAIN}}
        identity = {"methods": ["password"], "password": {"user": user}}
        self.token = None
        _, self.token = self.send("POST", "/auth/tokens", {"auth": {"identity": identity, "scope": scope}})
        document, _ = self.send("GET", "/roles")
        self.roles = {role["name"]: role["id"] for role in document["roles"]}

    def send(self, method, path, body=None):
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["X-Auth-Token"] = self.token
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        with urllib.request.urlopen(request) as answer:
            text = answer.read()
            return (json.loads(text) if text else None), answer.headers.get("X-Subject-Token")

    def project(self, name):
        document, _ = self.send("POST", "/projects", {"project": {"name": name, "domain_id": "default"}})
        return document["project"]

    def user(self, project, role):
        """An account of that role: one user, who can do nothing else."""
        account = self._user(f"{project['name']}-{role}", f"/projects/{project['id']}", role)
        return {**account, "project_name": project["name"], "domain_name": "Default"}

    def system_user(self, name, role):
        """An account of that role on the system."""
        return {**self._user(name, "/system", role), "user_domain_name": "Default", "system": "all"}

    def _user(self, name, target, role):
        password = secrets.token_urlsafe(12)
        body = {"user": {"name": name, "password": password, "domain_id": "default"}}
        document, _ = self.send("POST", "/users", body)
        self.send("PUT", f"{target}/users/{document['user']['id']}/roles/{self.roles[role]}")
        return {"username": name, "password": password}


def accounts(identity, workers, rbac):
    """Ordered as tempest takes them: whoever needs just anybody gets the first that is free."""
    run = secrets.token_hex(4)
    others, members, readers, admins, personas = [], [], [], [], []
    for worker in range(workers):
        name = f"tempest-{run}-{worker}"
        own, other = identity.project(name), identity.project(f"{name}-other")
        others.append(identity.user(other, "member"))
        members.append({**identity.user(own, "member"), "roles": ["member"]})
        readers.append({**identity.user(own, "reader"), "roles": ["reader"]})
        admins.append({**identity.user(identity.project(f"{name}-admin"), "admin"), "types": ["admin"]})
        if rbac:
            second = identity.project(f"{name}-alt")
            personas += [{**identity.user(second, role), "roles": [f"alt_{role}"]} for role in RBAC_ROLES]
            personas.append({**identity.user(own, "admin"), "roles": ["admin"]})
            personas.append({**identity.system_user(f"{name}-system", "admin"), "roles": ["admin"]})
    return others + members + readers + admins + personas


if __name__ == "__main__":
    clouds, workers, rbac = sys.argv[1], int(sys.argv[2]), sys.argv[3:] == ["rbac"]
    with open(clouds, encoding="utf-8") as file:
        cloud = yaml.safe_load(file)["clouds"]["catalog"]
    yaml.safe_dump(accounts(Identity(cloud["auth"]), workers, rbac), sys.stdout)
