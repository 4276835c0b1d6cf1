"""What would change under other weights, rescaling and rules, way by way and group by group."""

from __future__ import annotations

import pytest

from analysis.assessment import Year
from analysis.exhibits import show
from analysis.exhibits.effects import Effects


@pytest.fixture(scope="module")
def effects(official: Year) -> Effects:
    return show(official, "effects", draws=40)


def test_every_way_is_told_as_its_own_exhibit_does(effects: Effects, official: Year) -> None:
    for group in official.scheme.groups:
        rows = effects.frame[effects.frame["group"].eq(group)].set_index("way")
        ways = show(official, "weights", group, draws=40).ways.set_index("way")
        assert rows.loc[ways.index, "moved"].to_list() == ways["several"].to_list()
        assert rows.loc[ways.index, "changed"].to_list() == ways["unsure"].to_list()
        left = show(official, "left_out", group).frame
        for row in left[left["kind"].ne("indicator")].itertuples():
            told = rows.loc[f"去掉“{row.name}”"]
            assert (told["moved"], told["changed"]) == (row.moved, len(row.gained) + len(row.lost))
        units = show(official, "alternatives", group).frame
        unscaled = units["rank_unscaled"].ne(units["rank"]).sum()
        assert rows.loc["不换算", "moved"] == unscaled


def test_the_single_indicator_is_the_one_that_changes_most(effects: Effects, official: Year) -> None:
    left = show(official, "left_out", "department").frame.query("kind == 'indicator'")
    changed = left["gained"].str.len() + left["lost"].str.len()
    told = effects.frame.query("group == 'department' and way == '去掉影响最大的一项指标'").iloc[0]
    assert told["changed"] == changed.max() and told["moved"] == left.loc[changed.eq(changed.max()), "moved"].max()


def test_other_rules_take_the_ties_of_the_scheme_and_its_rule_the_other_ties(effects: Effects, official: Year) -> None:
    rules = show(official, "rules").frame
    own = rules[rules["ties"].eq(official.scheme.ranking.ties) & rules["rule"].ne("scheme")]
    told = effects.frame.query("kind == 'rule' and group == 'county'")
    assert told["moved"].isna().all()
    wanted = own[own["group"].eq("county")]
    assert sorted(told["changed"][1:]) == sorted(wanted["gained"].str.len() + wanted["lost"].str.len())
    assert told["way"].iloc[0] == {"min": "并列取低位", "max": "并列取高位"}[official.scheme.ranking.ties]


def test_the_way_that_changes_most_is_named_and_those_that_change_nothing_counted(effects: Effects) -> None:
    for (group, name), told in zip(effects.groups.items(), effects.sentences, strict=True):
        rows = effects.frame[effects.frame["group"].eq(group)]
        most = rows.loc[rows["changed"].idxmax()]
        assert told.startswith(f"{name}：{len(rows)}种做法中，{rows['changed'].eq(0).sum()}种不改变优秀名单；")
        assert f"“{most['way']}”，优秀名单有{most['changed']}个单位进出" in told


def test_a_row_a_way_in_the_order_of_kinds_and_two_columns_a_group(effects: Effects) -> None:
    table = effects.table.cells
    assert list(table)[:2] == ["类别", "做法"] and len(list(table)) == 2 + 2 * len(effects.groups)
    assert [each for each in table["类别"] if each] == ["权重", "去掉内容", "换算", "划线规则"]
    assert len(table) == effects.frame["way"].nunique() and not table["做法"].duplicated().any()
    department = effects.frame[effects.frame["group"].eq("department")].set_index("way")["changed"]
    shown = effects.table.values.set_index("做法")["市直部门：优秀变动"]
    assert shown.dropna().to_dict() == department.to_dict()


def test_nobody_is_named(year: Year) -> None:
    """So it can be told of reconstructed marks."""
    shown = show(year, "effects", draws=40)
    told = shown.table.cells.to_string() + "".join(shown.sentences)
    assert not [name for name in year.units["name"] if name in told]
