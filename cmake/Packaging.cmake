# Installing and the Debian package.
