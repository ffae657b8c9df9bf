#!/usr/bin/env bash
# Runs a public test suite, tempest, against a running service. Debian: apt-get install tempest.
#
#   npm run test:conformance -- [REGEX]        default: tempest.api.image
#
#   CLOUDS_YAML           whom to log in as, and where (default .data/clouds.yaml; its cloud `catalog`)
#   TEMPEST               the program, such as one from PyPI (default tempest)
#   TEMPEST_CREDENTIALS   dynamic: tempest makes its users (default); static: they are made beforehand
#   TEMPEST_CONCURRENCY   workers (default 2)
#   TEMPEST_NOVA          true, for tempest.api.compute.images: its image is made beforehand
#   TEMPEST_RBAC          true, for glance_tempest_plugin, which must be installed beside tempest
#   TEMPEST_HTTP_PORT     serves images for web-download here, on 127.0.0.1 (default: none; needs qemu-img). The service must be
#                         let at it: CATALOG_IMPORT_INTERNAL_HOSTS=127.0.0.1 CATALOG_IMPORT_PORTS_ALLOWED=80,443,PORT
#
# Results stay in $TEMPEST_DIR.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
regex=${1:-tempest.api.image}
clouds=$(realpath "${CLOUDS_YAML:-.data/clouds.yaml}")
dir=${TEMPEST_DIR:-$(mktemp -d)}
python=${PYTHON:-/usr/bin/python3}
tempest=${TEMPEST:-tempest}
credentials=${TEMPEST_CREDENTIALS:-dynamic}
concurrency=${TEMPEST_CONCURRENCY:-2}
images=http://127.0.0.1:9
image_ref=

command -v "$tempest" >/dev/null || { echo 'tempest is not installed: apt-get install tempest' >&2; exit 2; }
[ -r "$clouds" ] || { echo "No $clouds: start the service first, or set CLOUDS_YAML." >&2; exit 2; }
mkdir -p "$dir"/{etc,locks,www}

read -r auth_url username password project region < <("$python" - "$clouds" <<'PY'
import sys, yaml
cloud = yaml.safe_load(open(sys.argv[1]))['clouds']['catalog']
auth = cloud['auth']
url = auth['auth_url'].rstrip('/')
url += '' if url.endswith('/v3') else '/v3'
print(url, auth['username'], auth['password'], auth['project_name'], cloud.get('region_name', 'RegionOne'))
PY
)

as_admin() { OS_CLIENT_CONFIG_FILE=$clouds OS_CLOUD=catalog openstack "$@"; }

if [ -n "${TEMPEST_HTTP_PORT:-}" ]; then
  head -c 1048576 /dev/urandom >"$dir/www/image.raw"
  qemu-img convert -f raw -O qcow2 "$dir/www/image.raw" "$dir/www/image.qcow2"
  "$python" -m http.server --bind 127.0.0.1 --directory "$dir/www" "$TEMPEST_HTTP_PORT" >"$dir/www.log" 2>&1 &
  trap 'kill %1' EXIT
  images=http://127.0.0.1:$TEMPEST_HTTP_PORT
fi

if [ "${TEMPEST_NOVA:-false}" = true ]; then
  head -c 65536 /dev/urandom >"$dir/image.raw"
  image_ref=$(as_admin image create --public --disk-format raw --container-format bare --file "$dir/image.raw" \
    -f value -c id "tempest $RANDOM")
fi

rbac=${TEMPEST_RBAC:-false}
if [ "$credentials" = static ]; then
  if [ "$rbac" = true ]; then personas=rbac patches=$here/alternates; fi
  "$python" "$here/accounts.py" "$clouds" "$concurrency" ${personas:-} >"$dir/etc/accounts.yaml"
  auth="use_dynamic_credentials = false
test_accounts_file = $dir/etc/accounts.yaml"
else
  auth="use_dynamic_credentials = true
create_isolated_networks = false
admin_username = $username
admin_password = $password
admin_project_name = $project
admin_domain_name = Default
admin_user_domain_name = Default
admin_project_domain_name = Default"
  # What the plugin's administrators of the system have to be.
  if [ "$rbac" = true ]; then
    as_admin role add --system all --user "$username" admin
    auth="$auth
admin_system = all"
  fi
fi

cat >"$dir/etc/tempest.conf" <<CONF
[DEFAULT]
log_file = $dir/tempest.log
debug = true
[oslo_concurrency]
lock_path = $dir/locks
[auth]
$auth
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
http_image = $images/image.raw
http_qcow2_image = $images/image.qcow2
container_formats = bare,ovf,ova,ami,ari,aki,docker,compressed
disk_formats = raw,qcow2,vhd,vhdx,vmdk,vdi,iso,ami,ari,aki,ploop
[image-feature-enabled]
api_v1 = false
import_image = true
[compute]
region = $region
image_ref = $image_ref
image_ref_alt = $image_ref
[compute-feature-enabled]
snapshot = false
[enforce_scope]
glance = $rbac
[service_available]
glance = true
nova = ${TEMPEST_NOVA:-false}
neutron = false
cinder = false
swift = false
keystone = true
CONF

cd "$dir"
"$tempest" init --config-dir "$dir/etc" workspace >/dev/null 2>&1 || true
cp "$dir/etc/tempest.conf" workspace/etc/tempest.conf
cd workspace
status=0
PYTHONPATH=${patches:-} "$tempest" run --regex "$regex" --concurrency "$concurrency" || status=$?
[ -z "$image_ref" ] || as_admin image delete "$image_ref"
echo "Results: $dir/workspace"
exit "$status"
