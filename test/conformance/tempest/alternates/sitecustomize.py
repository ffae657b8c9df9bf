"""Adds to tempest what its static credentials lack: accounts of a second project by role.

With dynamic credentials tempest makes them itself. With prepared ones `get_project_alt_admin_creds` and its like return
nothing ("TODO: Implement alt member hash" in tempest 47), so no class of glance-tempest-plugin gets past its set-up. Here they
take accounts that have `alt_admin`, `alt_member` and `alt_reader` as their roles in the accounts file. Python loads this
module by itself where it is on PYTHONPATH.
"""

from tempest.lib.common.preprov_creds import PreProvisionedCredentialProvider


def credentials_of(role):
    name = f"project_alt_{role}"

    def get(self):
        if name not in self._creds:
            self._creds[name] = self._get_creds([f"alt_{role}"], scope="project")
        return self._creds[name]

    return get


for each in ("admin", "member", "reader"):
    setattr(PreProvisionedCredentialProvider, f"get_project_alt_{each}_creds", credentials_of(each))
