# What Terraform's OpenStack provider can do with images: each resource and data source for them.
terraform {
  required_providers {
    openstack = {
      source = "terraform-provider-openstack/openstack"
    }
  }
}

provider "openstack" {
  cloud = "catalog"
}

# As the other project, which images are shared with.
provider "openstack" {
  alias       = "other"
  cloud       = "catalog"
  tenant_name = var.other_project
}

variable "other_project" {
  type = string
}

variable "other_project_id" {
  type = string
}

variable "web_image" {
  description = "Where the service may download an image from."
  type        = string
}

variable "local_image" {
  type = string
}

# Changed by the second run, in place.
variable "generation" {
  type    = string
  default = "first"
}

resource "openstack_images_image_v2" "uploaded" {
  name             = "terraform ${var.generation}"
  local_file_path  = var.local_image
  container_format = "bare"
  disk_format      = "raw"
  visibility       = "shared"
  min_disk_gb      = 1
  min_ram_mb       = var.generation == "first" ? 64 : 128
  tags             = ["terraform", var.generation]

  properties = {
    os_distro  = "debian"
    generation = var.generation
  }
}

resource "openstack_images_image_v2" "downloaded" {
  name             = "terraform from the web"
  image_source_url = var.web_image
  web_download     = true
  container_format = "bare"
  disk_format      = "raw"
  hidden           = var.generation != "first"
}

resource "openstack_images_image_access_v2" "other" {
  image_id  = openstack_images_image_v2.uploaded.id
  member_id = var.other_project_id
}

resource "openstack_images_image_access_accept_v2" "other" {
  provider = openstack.other
  image_id = openstack_images_image_access_v2.other.image_id
  status   = "accepted"
}

data "openstack_images_image_v2" "by_name" {
  name        = openstack_images_image_v2.uploaded.name
  most_recent = true

  properties = {
    os_distro = "debian"
  }
}

data "openstack_images_image_ids_v2" "by_tag" {
  tags = ["terraform"]
  sort = "name:asc,created_at:desc"

  depends_on = [openstack_images_image_v2.uploaded]
}

data "openstack_images_image_ids_v2" "accepted" {
  provider      = openstack.other
  visibility    = "shared"
  member_status = "accepted"

  depends_on = [openstack_images_image_access_accept_v2.other]
}

output "summary" {
  value = {
    uploaded   = openstack_images_image_v2.uploaded.status
    checksum   = openstack_images_image_v2.uploaded.checksum
    bytes      = openstack_images_image_v2.uploaded.size_bytes
    downloaded = openstack_images_image_v2.downloaded.status
    found      = data.openstack_images_image_v2.by_name.id == openstack_images_image_v2.uploaded.id
    tagged     = contains(data.openstack_images_image_ids_v2.by_tag.ids, openstack_images_image_v2.uploaded.id)
    accepted   = contains(data.openstack_images_image_ids_v2.accepted.ids, openstack_images_image_v2.uploaded.id)
  }
}
