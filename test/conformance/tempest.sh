#!/usr/bin/env bash
# Runs a public test suite, tempest, against a running service. Debian: apt-get install tempest.
#
#   npm run test:conformance -- [REGEX]        default: tempest.api.image
#
# Reads the service's clouds.yaml (CLOUDS_YAML, default .data/clouds.yaml). Results stay in $TEMPEST_DIR.
set -euo pipefail
regex=${1:-tempest.api.image}
clouds=${CLOUDS_YAML:-.data/clouds.yaml}
dir=${TEMPEST_DIR:-$(mktemp -d)}
python=${PYTHON:-/usr/bin/python3}

command -v tempest >/dev/null || { echo 'tempest is not installed: apt-get install tempest' >&2; exit 2; }
[ -r "$clouds" ] || { echo "No $clouds: start the service first, or set CLOUDS_YAML." >&2; exit 2; }

read -r auth_url username password project region < <("$python" - "$clouds" <<'PY'
import sys, yaml
cloud = yaml.safe_load(open(sys.argv[1]))['clouds']['catalog']
auth = cloud['auth']
print(auth['auth_url'], auth['username'], auth['password'], auth['project_name'], cloud.get('region_name', 'RegionOne'))
PY
)

mkdir -p "$dir"/{etc,locks,images}
cat >"$dir/etc/tempest.conf" <<CONF
[DEFAULT]
log_file = $dir/tempest.log
debug = true
[oslo_concurrency]
lock_path = $dir/locks
[auth]
use_dynamic_credentials = true
create_isolated_networks = false
admin_username = $username
admin_password = $password
admin_project_name = $project
admin_domain_name = Default
[identity]
auth_version = v3
uri_v3 = $auth_url
uri = $auth_url
region = $region
v3_endpoint_type = public
default_domain_id = default
disable_ssl_certificate_validation = true
[identity-feature-enabled]
api_v2 = false
api_v3 = true
[image]
region = $region
http_image = ${TEMPEST_HTTP_IMAGE:-http://download.cirros-cloud.net/0.3.1/cirros-0.3.1-x86_64-uec.tar.gz}
container_formats = bare,ovf,ova,ami,ari,aki,docker,compressed
disk_formats = raw,qcow2,vhd,vhdx,vmdk,vdi,iso,ami,ari,aki,ploop
[image-feature-enabled]
import_image = true
[compute]
region = $region
[compute-feature-enabled]
snapshot = false
[service_available]
glance = true
nova = ${TEMPEST_NOVA:-false}
neutron = false
cinder = false
swift = false
keystone = true
CONF

cd "$dir"
tempest init --config-dir "$dir/etc" workspace >/dev/null 2>&1 || true
cp "$dir/etc/tempest.conf" workspace/etc/tempest.conf
cd workspace
status=0
tempest run --regex "$regex" --concurrency "${TEMPEST_CONCURRENCY:-2}" || status=$?
echo "Results: $dir/workspace"
exit "$status"
