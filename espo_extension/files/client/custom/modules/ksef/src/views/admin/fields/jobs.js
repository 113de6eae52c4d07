/** When each of our jobs ran last and what it did. The bridge is not asked. */
define('modules/ksef/views/admin/fields/jobs', [
    'modules/ksef/views/admin/fields/answer',
    'modules/ksef/bridge/jobs',
], (Answer, jobsReport) => class extends Answer {
    address = 'KsefBridge/jobs'
    detailTemplateContent = '<div class="ksef-answer ksef-jobs"></div>'

    report(jobs) {
        return jobsReport.of(jobs, this.getLanguage(), value => this.getDateTime().toDisplay(value));
    }
});
