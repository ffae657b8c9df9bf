"""openstacksdk against a running service: the image proxy, and the images of the compute proxy.

    pip install openstacksdk
    OS_CLIENT_CONFIG_FILE=.data/clouds.yaml python test/conformance/sdk.py

Every step is printed; the first that is not as it should be ends the program with an AssertionError.
"""

import hashlib
import io
import sys
from importlib.metadata import version

import openstack
import openstack.resource

BYTES = b"conformance " * 100_000


def step(title, is_right=True):
    assert is_right, title
    print("ok", title)


def main(cloud="catalog"):
    connection = openstack.connect(cloud=cloud)
    images = connection.image
    name = "conformance-sdk"

    image = images.create_image(
        name, data=BYTES, container_format="bare", disk_format="raw", allow_duplicates=True, os_distro="debian"
    )
    step("create_image with data", images.get_image(image.id).status == "active")
    step("checksum", images.get_image(image.id).checksum == hashlib.md5(BYTES).hexdigest())
    step("find_image", images.find_image(name).id == image.id)
    step("images(name=)", [found.id for found in images.images(name=name)] == [image.id])
    images.update_image(image, min_disk=1, os_version="12")
    step("update_image", images.get_image(image.id).min_disk == 1)
    images.add_tag(image, "conformance")
    step("add_tag", images.get_image(image.id).tags == ["conformance"])
    images.remove_tag(image, "conformance")
    into = io.BytesIO()
    images.download_image(image, output=into)
    step("download_image", into.getvalue() == BYTES)
    images.deactivate_image(image)
    step("deactivate_image", images.get_image(image.id).status == "deactivated")
    images.reactivate_image(image)

    partner = connection.identity.create_project(name="conformance-partner")
    member = images.add_member(image, member=partner.id)
    step("add_member", member.status == "pending")
    step("members", [found.member_id for found in images.members(image)] == [partner.id])
    images.remove_member(partner.id, image)
    connection.identity.delete_project(partner)

    compute = connection.compute
    shown = compute.get_image(image.id)
    step("compute.get_image", (shown.status, shown.size) == ("ACTIVE", len(BYTES)))
    step("compute.images", image.id in [found.id for found in compute.images()])
    compute.set_image_metadata(image.id, conformance="yes")
    step("compute metadata", compute.get_image_metadata(image.id).metadata["conformance"] == "yes")

    staged = images.create_image(name + "-staged", container_format="bare", disk_format="raw", allow_duplicates=True)
    images.stage_image(staged, data=BYTES)
    images.import_image(staged, method="glance-direct")
    openstack.resource.wait_for_status(images, staged, "active", ["queued"], interval=1, wait=60)
    step("stage_image, import_image", images.get_image(staged.id).status == "active")

    step("schemas", "properties" in images.get_image_schema().to_dict())
    for each in (image, staged):
        images.delete_image(each, ignore_missing=False)
    step("delete_image", images.find_image(name) is None)
    print("openstacksdk", version("openstacksdk"))


if __name__ == "__main__":
    main(*sys.argv[1:])
