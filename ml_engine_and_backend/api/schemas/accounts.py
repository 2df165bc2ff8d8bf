"""Who people are to the service: accounts, sessions and API keys."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from ml_engine_and_backend.database.accounts import Role
from ml_engine_and_backend.database.passwords import LONGEST, SHORTEST

# checked in full where it is kept; these bound what is looked at
Name = Annotated[
    str, Field(max_length=1_000, description="1 to 64 characters, whatever their case.")
]
Password = Annotated[str, Field(max_length=LONGEST)]
NewPassword = Annotated[
    str, Field(max_length=LONGEST, description=f"At least {SHORTEST} characters.")
]


class Credentials(BaseModel):
    """A name and its password."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"name": "Ada", "password": "correct horse battery"}]},
    )

    name: Name
    password: Password


class AccountDetails(BaseModel):
    """An account, as it is shown to itself and to admins."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    role: Role
    created_at: datetime


class Keeps(BaseModel):
    """What the service remembers."""

    predictions: bool
    drawings: bool
    days: Annotated[int, Field(description="Drawings and answers are deleted after so many.")]


class CurrentSession(BaseModel):
    """Who is signed in, and what the service remembers of whom."""

    account: Annotated[AccountDetails | None, Field(description="null: nobody is signed in.")]
    keeps: Keeps


class SessionDetails(BaseModel):
    """A browser in which an account is signed in."""

    id: str
    created_at: datetime
    last_seen_at: Annotated[datetime, Field(description="To the minute.")]
    is_current: Annotated[bool, Field(description="It is the one that asks.")]


class AccountChange(BaseModel):
    """What is to be changed; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    password: Annotated[Password, Field(description="The one that holds so far.")]
    new_password: NewPassword | None = None
    new_name: Name | None = None


class AccountDeletion(BaseModel):
    """That it is really wanted."""

    model_config = ConfigDict(extra="forbid")

    password: Password


class KeyRequest(BaseModel):
    """What an API key is for."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"name": "laptop"}]})

    name: Name


class KeyDetails(BaseModel):
    """An API key, without the key itself."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str
    created_at: datetime
    last_used_at: Annotated[datetime | None, Field(description="To the minute; null: never.")]


class NewKey(BaseModel):
    """An API key; it is never shown again."""

    id: int
    name: str
    key: str
    created_at: datetime


class RoleChange(BaseModel):
    """What an account may do from now on."""

    model_config = ConfigDict(extra="forbid")

    role: Role
