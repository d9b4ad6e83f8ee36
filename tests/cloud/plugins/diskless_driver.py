# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A volume driver for Cinder. Its volumes are only rows in the database."""

from __future__ import annotations

from typing import Any

from cinder.tests import fake_driver


class DisklessDriver(fake_driver.FakeLoggingVolumeDriver):
    """Cinder's fake driver, extended by volumes from images, and by volumes that several servers attach."""

    def _update_volume_stats(self) -> None:
        """Report that volumes may be attached to several servers."""
        super()._update_volume_stats()
        self._stats["pools"][0]["multiattach"] = True

    def clone_image(
        self, context: Any, volume: Any, image_location: Any, image_meta: Any, image_service: Any
    ) -> tuple[dict[str, Any], bool]:
        """Report that the storage cloned the image."""
        return {}, True
