#!/bin/sh
# After the package was installed: the user, its folders, the unit. Nothing is
# started before somebody has written a configuration.
set -e
systemd-sysusers directdial.conf
systemd-tmpfiles --create directdial.conf
chgrp directdial /etc/directdial/directdial.yaml
chmod 0640 /etc/directdial/directdial.yaml
if [ -d /run/systemd/system ]; then
  systemctl daemon-reload
fi
