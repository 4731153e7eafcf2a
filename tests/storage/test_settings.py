"""What a community has decided for itself."""


async def test_the_last_value_holds(database) -> None:
    await database.settings.put("home", "role:1", {"role": "admin"})
    await database.settings.put("home", "role:1", {"role": "member"})
    await database.settings.put("home", "a", [1, "둘"])
    assert await database.settings.all("home") == {"a": [1, "둘"], "role:1": {"role": "member"}}


async def test_what_is_removed_is_gone(database) -> None:
    await database.settings.put("home", "a", 1)
    await database.settings.remove("home", "a")
    await database.settings.remove("home", "a")
    assert await database.settings.all("home") == {}
