"""What the settings begin with where the default is longer than a word."""

from __future__ import annotations

from typing import Literal

Role = Literal[
    "clerk", "officer", "head", "approver", "manager", "restricted_desk", "second_desk", "administrator", "auditor"
]
# Who reads or changes most signs in with a second step, unless the city says otherwise.
TRUSTED_ROLES: tuple[Role, ...] = ("administrator", "auditor", "manager")

# The city's own sections in the header, until the city names others: kept small, as our guidance.
OUR_SECTIONS: tuple[dict[str, str], ...] = (
    {"href": "/{lang}", "en": "Home", "zh": "首页", "ja": "ホーム", "ko": "홈"},
    {"href": "/{lang}/guidance/about_city", "en": "About", "zh": "城市概况", "ja": "市の紹介", "ko": "시 소개"},
    {
        "href": "/{lang}/guidance/government_bulletin",
        "en": "Government Bulletin",
        "zh": "政府公报",
        "ja": "市政公報",
        "ko": "시정 공보",
    },
    {"href": "/{lang}/guidance/latest_news", "en": "Latest News", "zh": "最新消息", "ja": "お知らせ", "ko": "새 소식"},
    {
        "href": "/{lang}/guidance/laws",
        "en": "Laws and Regulations",
        "zh": "法规规章",
        "ja": "条例・規則",
        "ko": "법규",
    },
)
