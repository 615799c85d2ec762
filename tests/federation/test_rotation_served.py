"""Keys rotated and revoked under two nodes that `egnatia node serve` serves over real TLS, without a restart.

`soon` waits at most a minute, which is the goal; measured here are three to eight seconds.
"""

from functools import partial
from pathlib import Path

from tests.federation.test_release_skew import ROOT, Remote, node, soon


def follows(rotated: Remote, partner: Remote) -> bool:
    """Whether the one serves with its new keys and the other has registered its new card."""
    return "new keys are in use" in rotated("log") and partner("kinds").count("partner.registered") == 2


def test_served_nodes_follow_a_rotation_and_a_revocation_within_a_minute_and_lose_nothing(tmp_path: Path) -> None:
    with node(ROOT, tmp_path, "ALB") as alb, node(ROOT, tmp_path, "GBR") as gbr:
        alb("know", gbr("card"))
        gbr("know", alb("card"))
        gbr("serve")
        alb("serve")
        assert soon(lambda: (alb("protocol", "GBR"), gbr("protocol", "ALB")) == (2, 2))
        asked = [alb("ask", "GBR", "person", "DUR-2025-0417")]

        for asker, answerer, code in ((alb, gbr, "GBR"), (gbr, alb, "ALB")):
            assert asker("rotate") == [[code], []]
            asked.append(alb("ask", "GBR", "person", f"DUR-2025-0{len(asked)}18"))
            assert soon(partial(follows, asker, answerer))
            asked.append(alb("ask", "GBR", "person", f"DUR-2025-0{len(asked)}19"))
            assert soon(lambda: [alb("states", each) for each in asked] == [["hit"]] * len(asked)), alb("log")
        assert soon(lambda: alb("waiting") == gbr("waiting") == [])
        assert alb("fresh_connection", "GBR") == "200"

        gbr("revoke", "ALB")
        late = alb("ask", "GBR", "person", "DUR-2025-0420")
        assert soon(lambda: any(alb("waiting")))
        assert soon(lambda: "cut the connection" in alb("fresh_connection", "GBR")), "the TLS gate lets it in no more"
        assert alb("states", late) == ["waiting"]
        gbr("know_again", alb("card"))
        assert soon(lambda: alb("states", late) == ["hit"])
