import pytest

from ml_engine_and_backend.api.accounts.rate_limit import Allowance, Rate, RateLimiter, client_of


class Clock:
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        # as large as a monotonic clock gets, where floats are coarse
        self.now_s = 1e6

    def __call__(self) -> float:
        return self.now_s


def limiter(clock: Clock, text: str = "3/minute", max_clients: int = 10) -> RateLimiter:
    return RateLimiter(Rate.parse(text), max_clients, clock)


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("120/minute", Rate(120, 60)),
        ("10/second", Rate(10, 1)),
        ("1/hour", Rate(1, 3600)),
    ],
)
def test_a_rate_is_read(text: str, rate: Rate) -> None:
    assert Rate.parse(text) == rate


@pytest.mark.parametrize(
    "text",
    [
        "",
        "10",
        "0/second",
        "-1/second",
        "1.5/second",
        "10/day",
        "10 / second",
        "10/SECOND",
        "१/hour",
    ],
)
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected a rate such as 120/minute or 10/second"):
        Rate.parse(text)


def test_whoever_rested_may_send_all_at_once_and_then_one_in_each_interval() -> None:
    clock = Clock()
    limit = limiter(clock)  # one in 20 s, three at once
    assert [limit.ask("a") for _ in range(4)] == [
        Allowance(True, 2, 20),
        Allowance(True, 1, 40),
        Allowance(True, 0, 60),
        Allowance(False, 0, 20),
    ]
    clock.now_s += 19.5
    assert limit.ask("a") == Allowance(False, 0, 1)
    clock.now_s += 0.5
    assert limit.ask("a") == Allowance(True, 0, 60)
    assert limit.ask("a") == Allowance(False, 0, 20)
    clock.now_s += 60
    assert limit.ask("a") == Allowance(True, 2, 20)


def test_what_is_refused_costs_nothing() -> None:
    clock = Clock()
    limit = limiter(clock)
    for _ in range(1000):
        limit.ask("a")
    clock.now_s += 20
    assert limit.ask("a").is_allowed


@pytest.mark.parametrize("text", ["7/second", "999999/hour", "97/minute"])
def test_over_a_long_time_the_rate_is_kept_to_the_request(text: str) -> None:
    clock = Clock()
    limit = limiter(clock, text)
    rate = limit.rate
    burst = sum(limit.ask("a").is_allowed for _ in range(rate.requests + 5))
    assert burst == rate.requests
    allowed = 0
    steps = 4000
    for _ in range(steps):  # a quarter of an interval each
        clock.now_s += rate.period_s / rate.requests / 4
        allowed += limit.ask("a").is_allowed
    assert allowed == pytest.approx(steps / 4, abs=1)


def test_one_client_takes_nothing_from_another() -> None:
    limit = limiter(Clock())
    for _ in range(4):
        limit.ask("a")
    assert limit.ask("b") == Allowance(True, 2, 20)


def test_the_table_is_bounded_and_who_was_quiet_longest_leaves_first() -> None:
    limit = limiter(Clock(), max_clients=3)
    for client in "abc":
        limit.ask(client)
    limit.ask("a")
    limit.ask("d")  # b leaves
    assert limit.ask("a").remaining == 0
    assert limit.ask("b").remaining == 2
    for number in range(1000):
        limit.ask(str(number))
    assert len(limit._whole_at) == 3


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::ffff", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("testclient", "testclient"),
        ("", ""),
        ("x" * 5000, "x" * 64),
    ],
)
def test_an_address_becomes_a_client(address: str, client: str) -> None:
    assert client_of(address) == client
