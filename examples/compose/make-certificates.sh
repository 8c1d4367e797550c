#!/bin/sh
# Makes a certificate authority and one certificate for all the servers here, once. Replace them by your own.
set -eu
folder=${1:-/certificates}
owner=${2:-1000:1000}
[ -e "$folder/server.pem" ] && exit 0
umask 077
cd "$folder"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj "/CN=Offshoot example authority" \
  -addext "keyUsage=critical,keyCertSign" -keyout ca.key -out ca.pem
openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=localhost" -keyout server.key -out server.csr
printf '%s\n' 'basicConstraints=CA:FALSE' 'keyUsage=digitalSignature' 'extendedKeyUsage=serverAuth' \
  'subjectAltName=DNS:localhost,DNS:offshoot,DNS:keycloak' > server.extensions
openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 825 -extfile server.extensions -out leaf.pem
cat leaf.pem ca.pem > server.pem
# Nobody needs it again: the next time makes another authority.
rm ca.key ca.srl leaf.pem server.csr server.extensions
chmod 644 ca.pem server.pem
chown "$owner" ca.pem server.pem server.key
