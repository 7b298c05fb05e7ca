-- One row per position of a team, over an interval in which nobody joins or leaves, for each way in which a rule shares: in full, or equally.
with rules as (
    select team_id, team_share
    from conformed.plan_rules
    where credit_type = 'team'
),

team_members as (
    select team_id, position_id, from_date, to_date
    from conformed.team_members
),

asked as (
    select team_id, team_share
    from rules
    group by team_id, team_share
),

borders as (
    select team_id, from_date as border_date
    from team_members
    union all
    select team_id, to_date as border_date
    from team_members
),

border_dates as (
    select team_id, border_date
    from borders
    group by team_id, border_date
),

intervals as (
    select
        team_id, border_date as from_date,
        lead(border_date) over (partition by team_id order by border_date) as to_date
    from border_dates
),

-- A position that is listed twice for a day belongs to the team once.
valid_members as (
    select intervals.team_id, intervals.from_date, intervals.to_date, team_members.position_id
    from intervals
    inner join team_members
        on intervals.team_id = team_members.team_id
        and team_members.from_date <= intervals.from_date
        and team_members.to_date >= intervals.to_date
    group by intervals.team_id, intervals.from_date, intervals.to_date, team_members.position_id
),

numbered as (
    select
        team_id, from_date, to_date, position_id,
        row_number() over (partition by team_id, from_date order by position_id) as position_number,
        count(position_id) over (partition by team_id, from_date) as position_count
    from valid_members
)

-- Groups of teams count down from -1, so that they are told from those of alignments.
select
    0 - cast(dense_rank() over (order by asked.team_id, asked.team_share, numbered.from_date) as bigint) as group_number,
    numbered.position_id,
    asked.team_id,
    asked.team_share,
    case
        when asked.team_share = 'full' then 1.000000
        else equal_share(numbered.position_count, numbered.position_number)
    end as share_rate,
    numbered.from_date,
    numbered.to_date
from asked
inner join numbered on asked.team_id = numbered.team_id
