-- What holds now is asked of this day, never of the clock: a day on which nothing begins or ends makes no other release.
select dag from intern.dag
