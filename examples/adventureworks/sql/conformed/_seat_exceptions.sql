-- One row per contradiction about seats.
with seats as (
    select position_id, payee_id, territory_id, from_date, to_date
    from conformed.seats
),
sales_people as (
    select employee_number, territory_id
    from staging.sales_people
),
lines_by_seat as (
    select position_id, territory_id, period_id, net_amount, seat_count, seat_in_territory_count
    from conformed._lines_by_seat
),
days as (
    select day_date, period_id
    from conformed.days
),
disagreeing_masters as (
    select
        'master_territory_disagrees' as exception_kind,
        'payee' as subject_kind,
        seats.payee_id as subject_id,
        days.period_id,
        concat(
            'the master record of `', seats.payee_id, '` says territory ', sales_people.territory_id,
            ', the history says ', seats.territory_id, ' since ', cast(seats.from_date as varchar)
        ) as detail,
        'correct TerritoryID in hr/SalesPerson.csv, or end the seat in hr/SalesTerritoryHistory.csv' as cure
    from seats
    inner join sales_people on sales_people.employee_number = seats.payee_id
    inner join days on days.day_date = seats.from_date
    where seats.to_date = date '9999-12-31' and seats.territory_id <> sales_people.territory_id
),
shared_territories as (
    select
        'territory_shared' as exception_kind,
        'place' as subject_kind,
        newer.territory_id as subject_id,
        days.period_id,
        concat(
            'territory ', newer.territory_id, ' is held by `', min(older.payee_id), '` and `', max(newer.payee_id),
            '` at once since ', cast(newer.from_date as varchar)
        ) as detail,
        'end one of the seats in hr/SalesTerritoryHistory.csv, or agree on shares' as cure
    from seats as newer
    inner join seats as older
        on older.territory_id = newer.territory_id
        and older.payee_id <> newer.payee_id
        and older.from_date <= newer.from_date
        and older.to_date > newer.from_date
    inner join days on days.day_date = newer.from_date
    where older.from_date < newer.from_date or older.payee_id < newer.payee_id
    group by newer.territory_id, newer.from_date, days.period_id
),
sales_without_seat as (
    select
        'sales_without_seat' as exception_kind,
        'position' as subject_kind,
        position_id as subject_id,
        period_id,
        concat(
            cast(count(*) as varchar), ' lines of `', position_id, '` for ',
            cast(round_to(sum(net_amount), 2) as varchar), ' USD were booked on days without a seat'
        ) as detail,
        'add the seat to hr/SalesTerritoryHistory.csv, or name another rep on the orders' as cure
    from lines_by_seat
    where seat_count = 0
    group by position_id, period_id
),
sales_outside_seat as (
    select
        'sales_outside_seat' as exception_kind,
        'position' as subject_kind,
        position_id as subject_id,
        period_id,
        concat(
            cast(count(*) as varchar), ' lines of `', position_id, '` for ',
            cast(round_to(sum(net_amount), 2) as varchar),
            ' USD lie outside the territory that the rep held that day'
        ) as detail,
        'correct the territory of the orders, or add the seat to hr/SalesTerritoryHistory.csv' as cure
    from lines_by_seat
    where seat_count > 0 and seat_in_territory_count = 0
    group by position_id, period_id
)
select exception_kind, subject_kind, subject_id, period_id, detail, cure from disagreeing_masters
union all
select exception_kind, subject_kind, subject_id, period_id, detail, cure from shared_territories
union all
select exception_kind, subject_kind, subject_id, period_id, detail, cure from sales_without_seat
union all
select exception_kind, subject_kind, subject_id, period_id, detail, cure from sales_outside_seat
