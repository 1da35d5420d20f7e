"""The time a figure is about: a month, or any days from a first to a last (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month of the city, by its first day."""

    first: date

    @classmethod
    def of(cls, day: date) -> Month:
        """The month that holds the day."""
        return cls(day.replace(day=1))

    @property
    def next(self) -> Month:
        """The month after."""
        return Month.of(self.first + timedelta(days=31))

    @property
    def before(self) -> Month:
        """The month before."""
        return Month.of(self.first - DAY)

    @property
    def last(self) -> date:
        """Its last day."""
        return self.next.first - DAY

    def plus(self, months: int) -> Month:
        """So many months later, or earlier."""
        count = self.first.year * 12 + self.first.month - 1 + months
        return Month(date(count // 12, count % 12 + 1, 1))


@dataclass(frozen=True, slots=True)
class Period:
    """All days from `first` to `last`, both included."""

    first: date
    last: date

    @classmethod
    def of_month(cls, day: date) -> Period:
        """The month that holds the day."""
        return cls.of_months(Month.of(day), Month.of(day))

    @classmethod
    def of_quarter(cls, day: date) -> Period:
        """The quarter that holds the day."""
        begins = Month(date(day.year, (day.month - 1) // 3 * 3 + 1, 1))
        return cls.of_months(begins, begins.plus(2))

    @classmethod
    def of_year(cls, day: date) -> Period:
        """The calendar year that holds the day."""
        return cls(date(day.year, 1, 1), date(day.year, 12, 31))

    @classmethod
    def of_months(cls, first: Month, last: Month) -> Period:
        """Whole months, from the first to the last."""
        return cls(first.first, last.last)

    @classmethod
    def until(cls, last: Month, months: int) -> Period:
        """So many whole months, ending with the last."""
        return cls.of_months(last.plus(1 - months), last)

    @property
    def is_whole(self) -> bool:
        """Whether it begins and ends with a month."""
        return self.first == Month.of(self.first).first and self.last == Month.of(self.last).last

    @property
    def months(self) -> tuple[Month, ...]:
        """The months it touches, oldest first."""
        begins, ends = Month.of(self.first), Month.of(self.last)
        count = (ends.first.year - begins.first.year) * 12 + ends.first.month - begins.first.month + 1
        return tuple(begins.plus(ahead) for ahead in range(max(0, count)))

    @property
    def before(self) -> Period:
        """The period before it: as many whole months, or as many days."""
        if self.is_whole:
            begins = Month.of(self.first)
            return Period.of_months(begins.plus(-len(self.months)), begins.before)
        return Period(self.first - (self.last - self.first) - DAY, self.first - DAY)

    @property
    def is_year(self) -> bool:
        """Whether it is a calendar year."""
        return self == Period.of_year(self.first)

    @property
    def is_quarter(self) -> bool:
        """Whether it is a quarter of a calendar year."""
        return self == Period.of_quarter(self.first)

    @property
    def is_month(self) -> bool:
        """Whether it is one calendar month."""
        return self == Period.of_month(self.first)

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last
