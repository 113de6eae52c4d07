/** The day of a moment as the user reads dates. */
define('modules/ksef/date-of', [], () =>
    /**
     * @param {Object} view Any view.
     * @returns {function(string): string} Takes a date and time of EspoCRM.
     */
    view => moment => {
        const dateTime = view.getDateTime();

        return dateTime.toMoment(moment).format(dateTime.getDateFormat());
    });
