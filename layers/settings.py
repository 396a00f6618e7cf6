"""The one place that reads the environment (design section 6)."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from layers.cluster import data_folder


class Settings(BaseSettings):
    """Everything an operator may set; each is `GRIDGIS_` and its name, all are optional."""

    model_config = SettingsConfigDict(env_prefix="GRIDGIS_", extra="ignore", frozen=True)

    database_url: str | None = Field(
        default=None,
        description="PostgreSQL with PostGIS; absent: gridgis runs its own private cluster",
    )
    data: Path = Field(
        default_factory=lambda: data_folder(os.environ),
        description="folder of the private cluster, the caches and the logs",
    )
    host: str = Field(default="127.0.0.1", description="address the service listens on")
    port: int = Field(default=8000, ge=0, le=65535, description="port the service listens on")
    profile: str = Field(
        default="sample", description="which sample town fills an empty database; `none` for none"
    )
