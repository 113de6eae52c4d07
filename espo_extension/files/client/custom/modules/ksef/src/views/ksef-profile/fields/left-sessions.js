/** That the sessions of a profile that is switched off are not ended yet. */
define('modules/ksef/views/ksef-profile/fields/left-sessions', ['views/fields/base'], Base => class extends Base {
    detailTemplateContent = `<span class="text-warning">{{translate 'sessionsLeft' category='messages' scope='KsefProfile'}}</span>`
    editTemplateContent = this.detailTemplateContent

    getValueForDisplay() {
        return null;
    }
});
